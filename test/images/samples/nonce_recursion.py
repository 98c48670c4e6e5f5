import os

import abaco

left = int(abaco.message())
print("left", left)
if left > 0:
    actor = f"/actors/{os.environ['_abaco_actor_id']}/messages"
    abaco.call("POST", actor, {"message": str(left - 1)}, "?x-nonce=" + os.environ["x-nonce"])
