import os
import time

for run in range(int(os.environ.get("runs", 1))):
    time.sleep(float(os.environ.get("sleep", 0)))
    known = "a token" if os.environ["_abaco_access_token"] else "no token"
    print("run", run, known if os.environ.get("verbose") == "True" else "")
