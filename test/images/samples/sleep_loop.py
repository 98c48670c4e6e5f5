import time

import abaco

message = abaco.message()
for iteration in range(int(message.get("iterations", 1))):
    print("iteration", iteration, flush=True)
    time.sleep(float(message["sleep"]))
