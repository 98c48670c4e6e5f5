import pickle

import abaco

call = pickle.loads(abaco.binary_message())
abaco.send_python_result(call["func"](*call["args"], **call["kwargs"]))
