"""Gathers what a Python program needs in an otherwise empty image: python3 collect.py DIRECTORY MODULE...

Writes the interpreter, its shared libraries and the given modules with all that they import to DIRECTORY, byte-compiled.
"""
import importlib
import os
import py_compile
import re
import shutil
import subprocess
import sys

target, modules = sys.argv[1], sys.argv[2:]


def copy(file, path):
    os.makedirs(os.path.dirname(target + path), exist_ok=True)
    shutil.copyfile(file, target + path)
    shutil.copymode(file, target + path)


def libraries(file):
    lines = subprocess.run(["ldd", file], check=True, capture_output=True, text=True).stdout
    return re.findall(r"(/\S+) \(0x", lines)


for name in modules:
    importlib.import_module(name)
python = os.path.realpath(sys.executable)
native = [python]
copy(python, "/usr/bin/python3")
# where the interpreter looks for its library, and finds the mark of it
home = f"/usr/lib/python{sys.version_info[0]}.{sys.version_info[1]}"
for module in list(sys.modules.values()):
    file = getattr(module, "__file__", None)
    if module.__name__ == "__main__" or file is None:
        continue
    if file.endswith(".py"):
        compiled = target + file[:-3] + ".pyc"
        py_compile.compile(file, cfile=compiled, doraise=True)
    else:
        native.append(file)
        copy(file, file)
shutil.copyfile(os.__file__, target + home + "/os.py")
for library in sorted({library for file in native for library in libraries(file)}):
    copy(library, library)
