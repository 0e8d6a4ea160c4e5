-- Who enters, leaves or is in which market?
-- `certainty` tells a plan from a fact; `source_name` is who said so, where the sentence names somebody.
select claimed_at::date as day, company, move_type, market, product, certainty, source_name
from market_entries
where market is not null
order by claimed_at, company, move_type, market
limit 8;

-- What is known of one company, in order?
select claimed_at::date as day, kind, what, certainty, other_company, value, unit, source_name
from company_timeline
where company_id = 'veltronik'
order by claimed_at, start_char, id
limit 12;

-- Which sentence makes a claim, and where does it stand?
-- The evidence of every row is the article's own text between `start_char` and `end_char`.
select moves.evidence, moves.region, moves.start_char, moves.end_char, articles.url
from market_moves as moves
inner join articles using (article_id)
where moves.move_type = 'acquisition' and moves.region != 'title'
order by articles.url, moves.start_char, moves.move_id
limit 3;

-- Who competes with whom, and how sure is that?
select a.name as company, b.name as rival, pairs.strength, pairs.market, pairs.evidence_count, pairs.article_count
from competitors as pairs
inner join companies as a on pairs.company_a_id = a.company_id
inner join companies as b on pairs.company_b_id = b.company_id
order by pairs.evidence_count desc, pairs.strength, company, rival
limit 10;

-- Which pairs of rivals did more than one publication report?
select company_a, company_b, month, strength, claims, publications
from rival_graph
where publications > 1
order by claims desc, company_a, company_b;

-- Who is cited most, and for what?
select source, kind, articles, statements, moves, most_claimed
from source_scoreboard
where kind != 'unnamed'
order by statements desc, source
limit 8;

-- Whose claims came first?
-- A claim is first where no other article of the 90 days before makes it of the same company, type and counterparty.
select source, kind, moves, first_moves, share_first
from source_scoreboard
where moves >= 3 and kind != 'unnamed'
order by share_first desc, moves desc, source
limit 8;

-- What became of announcements?
select source, announced_moves, share_seen_actual
from source_scoreboard
where announced_moves > 0 and kind != 'unnamed'
order by share_seen_actual desc nulls last, announced_moves desc, source
limit 8;

-- What did research firms and bank analysts say?
select said_at::date as day, source, company, move_type, market, value, unit
from who_said_what
where source_kind in ('research_firm', 'bank_analyst') and move_id is not null
order by said_at, source, attribution_id, move_id
limit 10;

-- Who speaks for which company?
select source_name, organisation, count(distinct attribution_id) as statements, count(move_id) as moves
from who_said_what
where source_kind = 'person' and organisation is not null
group by source_name, organisation
order by statements desc, source_name
limit 8;

-- Whom is the news about?
select month, company, articles, mentions, share_of_articles
from share_of_voice
order by articles desc, mentions desc, company
limit 8;

-- Who is named most in each sector?
select sector, company, mentions, share_in_sector
from share_of_voice
where sector is not null
qualify row_number() over (partition by sector order by mentions desc, company) = 1
order by mentions desc, sector
limit 8;

-- Which moves were claimed week by week?
select week, move_type, sum(moves)::int as moves
from moves_by_week
group by week, move_type
qualify row_number() over (partition by week order by sum(moves) desc, move_type) <= 3
order by week, moves desc, move_type;

-- Where are jobs cut, and how many?
select published_at::date as day, companies.name as company, value, market, certainty
from market_moves
inner join companies using (company_id)
where move_type = 'workforce_change' and direction = 'down' and unit = 'jobs' and value is not null
order by published_at, company, value
limit 8;

-- Whose sales rose or fell, by how many percent?
select companies.name as company, value, compared_with, period_start, period_end, source_name
from market_moves
inner join companies using (company_id)
where move_type = 'sales_change' and unit = 'percent' and basis = 'change'
order by value, company, move_id
limit 10;

-- Who buys whom?
select published_at::date as day, companies.name as buyer, counterparty, value, unit, certainty
from market_moves
inner join companies using (company_id)
where move_type = 'acquisition' and counterparty is not null
order by published_at, buyer, counterparty, move_id
limit 10;

-- What was denied?
select published_at::date as day, companies.name as company, move_type, counterparty, source_name
from market_moves
inner join companies using (company_id)
where certainty = 'denied'
order by published_at, company, move_type, move_id;

-- What is only rumoured?
-- Possible moves without a named source.
select published_at::date as day, companies.name as company, move_type, market
from market_moves
inner join companies using (company_id)
where certainty = 'possible' and source_name is null
order by published_at, company, move_type, move_id
limit 8;

-- What does one publisher report, and how surely?
select publisher, certainty, count(*) as moves, count(distinct article_id) as articles
from market_moves
inner join articles using (article_id)
group by publisher, certainty
order by publisher, certainty;

-- Which names does the register not know?
-- `is_registered` is false where a rule took the name for a company.
select name, legal_name, article_count, mention_count
from companies
where not is_registered
order by mention_count desc, name
limit 8;

-- Which rules make the claims?
-- `claimhouse explain MOVE_ID` tells of one row why it is as it is.
select rule_id, move_type, count(*) as moves
from market_moves
group by rule_id, move_type
order by moves desc, rule_id
limit 8;

-- Which articles were corrected?
select title, version, modified_at, archive_date
from articles
where version > 1
order by archive_date, title;

-- Do the places on a page agree about its date?
select field, origin, count(*) as pages, count(*) filter (where is_chosen) as chosen
from article_metadata
where field = 'published'
group by field, origin
order by pages desc, origin;

-- What did each source give, and what was lost?
select source_id, sum(discovered)::int as links, sum(parsed)::int as articles, sum(failed)::int as discarded
from collection_log
group by source_id
order by source_id;

-- Why was something discarded?
select source_id, reason.key as reason, sum(reason.value)::int as times
from collection_log, unnest(map_entries(failures)) as found (reason)
group by all
order by source_id, reason;
