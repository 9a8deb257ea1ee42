"""Reading tables people exported: one module per worry, put together by connectors/sources/files.py.

options     what a site file may say               encodings  which letters the bytes are
times       their time -> one instant in UTC       delimited  csv and tsv, line by line
mapping     their row -> one Mention               jsons      json and jsonl
damage      what spreadsheets and browsers do      workbooks  parquet and xlsx
folder      which files are new, which still grow  tables     the one door to the readers
"""
