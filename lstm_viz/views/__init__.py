"""From a question to a picture: pure functions of records and measures that compute nothing."""
