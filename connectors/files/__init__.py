"""Reading tables people exported: one module per worry, put together by connectors/sources/files.py.

options     what a site file may say               encodings  which letters the bytes are
fields      which fields of ours there are         delimited  csv and tsv, line by line
times       their time -> one instant in UTC       jsons      json and jsonl
ids         their ids, whole or lost               workbooks  parquet and xlsx
values      their words and numbers                tables     the one door to the readers
mapping     their row -> one record                folder     which files are new, which still grow
filters     which rows are wanted                  reading    one file, batch by batch
damage      what spreadsheets and browsers do      redriving  refused rows once more
"""
