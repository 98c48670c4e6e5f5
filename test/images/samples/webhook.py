import http.client
import os
from urllib.parse import urlsplit

import abaco

at = urlsplit(os.environ["URL"])
headers = abaco.literal_or_json(os.environ["HEADERS"])
connection = http.client.HTTPConnection(at.hostname, at.port, timeout=20)
connection.request("POST", at.path, os.environ["MSG"], headers)
print("answered with", connection.getresponse().status)
