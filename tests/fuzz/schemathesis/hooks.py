"""What Schemathesis has to be told about Meridian: how a body of lines is written (`SCHEMATHESIS_HOOKS=hooks`)."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    """The document describes one line; a body of one line is a body."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()
