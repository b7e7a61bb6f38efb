"""The documented values of enumerated fields: one module per resource, one class per field.

The fields of rows are plain text, because a newer server may send values that are not listed here. Compare
them with these classes.
"""
