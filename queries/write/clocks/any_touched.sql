-- clocks/any_touched: whether there is a case to compute.
SELECT case_key FROM clock_touched LIMIT 1
