"""What connectors/http.py is made of. Connectors use that door and nothing from here."""
