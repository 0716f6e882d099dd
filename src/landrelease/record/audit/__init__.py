"""The audit: whether every stored byte is what was recorded, and everything hangs together.

One pass over the log, shared by the checks: bytes, columns, chains, citations and order (`entries`), who may sign
(`speakers`) and signatures (`signatures`), roots of the tree at checkpoints (`tree`), attachments (`blobs`). Then what
lies beside the log: held entries (`waiting`), the database's own guards, snapshots (`snapshots`). Where something is
wrong, what depends on the first bad entry (`dependents`).
"""

from landrelease.record.audit.report import LISTED, AuditReport
from landrelease.record.audit.run import audit
from landrelease.record.audit.signatures import Signatures

__all__ = ["LISTED", "AuditReport", "Signatures", "audit"]
