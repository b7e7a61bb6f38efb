"""One call to the API: checked, paced, sent, decoded, and retried."""
