{# What makes two claims of one company and type of move the same move, see move_claims. #}

{% macro is_deal(move_type) -%}
    {{ move_type }} in (
        'acquisition', 'merger', 'divestiture', 'investment', 'patent_deal', 'partnership', 'legal_action'
    )
{%- endmacro %}

{% macro is_figure(move_type) -%}
    {{ move_type }} in ('financial_result', 'sales_change', 'market_share_change', 'stock_price_change')
{%- endmacro %}

{# Of a deal the other side, of an entry the market, of a figure what it measures and when, of a launch the product; a
   company becomes insolvent or changes its chief as a whole. #}
{% macro object_of_move(claims) -%}
    case
        when {{ is_deal(claims ~ '.move_type') }}
            then coalesce({{ claims }}.counterparty_company_id, lower({{ claims }}.product))
        when {{ claims }}.move_type in ('market_entry', 'market_exit', 'market_presence') then lower({{ claims }}.market)
        when {{ is_figure(claims ~ '.move_type') }}
            then concat_ws(
                '|',
                {{ claims }}.period_start,
                {{ claims }}.period_end,
                lower({{ claims }}.product),
                -- the place of a company's own figures is where it announces them
                case
                    when {{ claims }}.move_type in ('sales_change', 'market_share_change') then lower({{ claims }}.market)
                end
            )
        when {{ claims }}.move_type in ('capacity_change', 'workforce_change') then lower({{ claims }}.market)
        when {{ claims }}.move_type not in ('insolvency', 'leadership_change', 'financing')
            then lower({{ claims }}.product)
    end
{%- endmacro %}

{# For how many days nobody may speak of a move and then of the same one: a deal takes months, a share price moves
   daily. #}
{% macro days_of_silence(move_type) -%}
    case
        when {{ move_type }} = 'stock_price_change' then 1
        when {{ is_figure(move_type) }} then 45
        when {{ is_deal(move_type) }} or {{ move_type }} in ('insolvency', 'financing') then 180
        else 90
    end
{%- endmacro %}

{# Of two claims made at once the one that says more is believed. #}
{% macro weight_of_certainty(certainty) -%}
    case {{ certainty }} when 'actual' then 4 when 'denied' then 3 when 'announced' then 2 else 1 end
{%- endmacro %}
