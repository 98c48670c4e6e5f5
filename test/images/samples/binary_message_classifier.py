import abaco

KINDS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG": "PNG"}

data = abaco.binary_message()
kind = next((kind for start, kind in KINDS.items() if data.startswith(start)), "unknown")
print(f"{kind}, {len(data)} bytes")
