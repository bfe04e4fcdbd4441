"""What the maker of odd requests is taught: a piece of an upload goes over the line as the bytes that it is."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
