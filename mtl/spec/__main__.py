"""Write the JSON Schema of a spec: `python -m mtl.spec > infra/spec.schema.json`."""

import json
import sys

from mtl.spec import json_schema

sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
