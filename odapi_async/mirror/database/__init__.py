"""The mirror's database: tables, rows and cursors."""
