"""`python -m assets FIRST LAST …`: what `claimhouse run` and `claimhouse backfill` start, see `assets.execution`."""

import gc
import sys

gc.disable()  # while five seconds of imports make objects that stay
from assets.execution import main  # noqa: E402

gc.freeze()
gc.set_threshold(50_000, 20, 20)
gc.enable()
sys.exit(main(sys.argv[1:]))
