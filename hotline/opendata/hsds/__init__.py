"""HSDS 3.0: organizations, services, locations, vendors, as an API and as a package of CSV files.

`book.py` writes the directory once into the tables of the standard (`tables.json`: their columns),
rows that refer to each other by ids made from the directory's own keys, so that they never change;
`views.py` nests the rows for the API, `package.py` writes the files, `routes.py` serves both.
"""
