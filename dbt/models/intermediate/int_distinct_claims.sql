select * from {{ ref('int_claim_details') }}
