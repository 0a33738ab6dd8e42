# Answers with ClusterShell's own library: one JSON object a line in, one a line out.
# {"text": expression, "ours": our folded text, "autostep": N, "list": whether to list the names}; all but text optional
# -> {"folded": theirs, "size": N, "names": [...], "same": whether our text means the same set} or {"error": message}
import json
import sys

from ClusterShell.NodeSet import NodeSet, NodeSetException
from ClusterShell.RangeSet import RangeSetException

for line in sys.stdin:
    question = json.loads(line)
    try:
        theirs = NodeSet(question["text"], autostep=question.get("autostep"))
    except (NodeSetException, RangeSetException) as error:
        print(json.dumps({"error": str(error)}))
        continue
    answer = {"folded": str(theirs), "size": len(theirs)}
    if question.get("list"):
        answer["names"] = list(theirs)
    if "ours" in question:
        try:
            answer["same"] = NodeSet(question["ours"]) == NodeSet(question["text"])
        except (NodeSetException, RangeSetException) as error:
            answer["same"] = str(error)
    print(json.dumps(answer))
