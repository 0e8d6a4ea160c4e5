select * from {{ source('raw', 'own_companies') }}
