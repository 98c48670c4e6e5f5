import abaco

message = abaco.message()
text = message["text"] if isinstance(message, dict) else str(message)
count = str(len(text.split()))
print(count)
abaco.send_bytes_result(count.encode())
