"""What Schemathesis has to be told about Meridian: how a body of lines is written (`SCHEMATHESIS_HOOKS=hooks`)."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    """The document describes one line; a body of one line is a body."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@schemathesis.hook
def filter_path_parameters(ctx, path_parameters):
    """A handle is never one of these words, which are routes of their own (`RESERVED` of a slug): asking for one asks something else."""
    return not isinstance(path_parameters, dict) or path_parameters.get("product") not in ("export", "import")
