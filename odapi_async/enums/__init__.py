"""The values that Open Dental documents for its enumerated fields: a module per resource, a class per field.

A field of a row is plain text, because a newer server may send a value that is not listed here; compare it
with these.
"""
