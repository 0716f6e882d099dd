"""The house scenario: policies with the same force, days and seed on one truth.

The record of the last is signed, studied, and proven from.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.land.accounts import build_accounts
from landrelease.profile import load_profile
from landrelease.progress import SILENT, Progress
from landrelease.record.entry import Entry
from landrelease.record.proofs.checkpoint import make_checkpoint
from landrelease.record.register import Register
from landrelease.record.signing.keyring import grant_key, sign_entry
from landrelease.record.signing.keys import SigningKey
from landrelease.record.standing import age
from landrelease.record.workspace import KEY, Workspace
from landrelease.release.certificate import certificate
from landrelease.report.certificate_folder import give_certificate
from landrelease.report.document import CERTIFICATE_LANGUAGES
from landrelease.report.proof_folder import GivenProof, give_proof
from landrelease.simulate.clock import SimulatedClock
from landrelease.simulate.named import POLICIES, policy_named
from landrelease.simulate.operations import run_policy
from landrelease.simulate.outcome import Outcome, compare
from landrelease.simulate.province import Province, generate
from landrelease.simulate.scenario import load_scenario
from landrelease.study import end_of_record, register_of, study
from landrelease.terms import KeyRole, ReleaseRoute

MARKER = ".landrelease-demo"
"""Says that a folder holds a demo's results and may be written again."""
README = "README.txt"
SHOWN = list(POLICIES)[-1]
"""The policy whose record is signed, studied and proven from."""
DEMO_PASSPHRASE = "demo passphrase"
"""Of the key in the demo's workspace. No secret: the key is made for one run, and protects an invented record."""


@dataclass(frozen=True)
class DemoResult:
    """What came out.

    Attributes
    ----------
    outcomes
        A row a measure, a column a policy.
    files
        Path of each file by its name.
    workspace
        The signed record.
    proof
        Of one release decision, else of one accepted clearance report; None where nothing was released or cleared.
    """

    outcomes: pd.DataFrame
    files: dict[str, str]
    workspace: Path
    proof: GivenProof | None


def run_demo(out: Path, scenario_name: str, seed: int, progress: Progress = SILENT) -> DemoResult:
    """Simulate every policy on one truth, compare them, study the record of the last and prove a statement of it.

    Raises
    ------
    LandreleaseError
        LR9004 where `out` holds something that is not a demo's.
    """
    _prepare(out)
    province = generate(load_scenario(scenario_name), seed, progress)
    outcomes = [
        _simulate(out / "workspaces" / name, province, name, seed, progress, name == SHOWN) for name in POLICIES
    ]
    table = compare(outcomes)
    table.to_csv(out / "outcomes.csv", index=False)
    shown, files = out / "workspaces" / SHOWN, {"outcomes.csv": str(out / "outcomes.csv")}
    with Workspace.open(shown) as workspace:
        register = register_of(workspace)
        end = end_of_record(register)  # the simulated force goes on from there, not from today
        result = study(workspace, out / "study", start=end, seed=seed, title=province.scenario.title, progress=progress)
        chosen = provable(register)
        proof = give_proof(workspace.ledger, chosen, out / "study", progress) if chosen else None
        papers = _certificates(workspace, register, proof, out / "study" / "certificate.pdf", progress)
    (out / README).write_text(_read_me(province.scenario.title, seed, proof), encoding="utf-8", newline="\n")
    files |= {**result.files, **(proof.files if proof else {}), **papers, README: str(out / README)}
    return DemoResult(table, files, shown, proof)


def provable(register: Register) -> Entry | None:
    """Choose what the demo proves.

    The newest decision to release land, of an area where nothing was decided after it; one about cleared land where
    there is one. Else the newest accepted clearance report.
    """
    last = {entry.body["area"]: entry for entry in register.entries("release.decision")}
    releases = [entry for entry in last.values() if entry.body["decision"] == "release"]
    cleared = [entry for entry in releases if ReleaseRoute.CLEARED in entry.body["routes"]]
    return max(cleared or releases or register.entries("clearance.report"), key=age, default=None)


def _certificates(
    workspace: Workspace, register: Register, proof: GivenProof | None, file: Path, progress: Progress
) -> dict[str, str]:
    """Write the certificate of the decision that is proven, in every language; nothing where no land was released."""
    if proof is None or proof.entry.kind != "release.decision":
        return {}
    accounts, decision = build_accounts(register, progress=progress), proof.entry
    repeated = certificate(
        decision.body["area"], register, accounts, accounts.profile, decision=decision.hash,
        trust=workspace.ledger.trust(),
    )  # fmt: skip
    given = give_certificate(repeated, workspace.ledger, file, CERTIFICATE_LANGUAGES, progress, proof)
    return {path.name: str(path) for path in given.documents.values()}


def _sign_decision(workspace: Workspace) -> None:
    """Let the signatory of the centre sign the decision that will be proven, with a key made for this run."""
    chosen = provable(register_of(workspace))
    if chosen is not None and chosen.kind == "release.decision":
        officer = SigningKey.generate()
        grant_key(workspace.ledger, officer.public, KeyRole.OFFICER, chosen.author)
        sign_entry(workspace.ledger, chosen.hash, officer, chosen.author, chosen.organisation)


def simulate_policy(
    path: Path, scenario_name: str, policy: str, seed: int, progress: Progress = SILENT
) -> pd.DataFrame:
    """Simulate one policy into a new workspace; a row a measure."""
    if policy not in POLICIES:
        raise fail(ErrorCode.POLICY_UNKNOWN, name=policy, names=", ".join(POLICIES))
    province = generate(load_scenario(scenario_name), seed, progress)
    return compare([_simulate(path, province, policy, seed, progress)])


def _simulate(
    path: Path, province: Province, policy: str, seed: int, progress: Progress, signed: bool = False
) -> Outcome:
    """Simulate one policy into a new workspace; where it is signed, up to a checkpoint of its whole log."""
    passphrase = DEMO_PASSPHRASE if signed else None
    with Workspace.create(path, load_profile(), clock=SimulatedClock(), passphrase=passphrase) as workspace:
        outcome = run_policy(province, policy_named(policy), workspace.ledger, workspace.profile, seed, progress)
        if signed:
            _sign_decision(workspace)
            make_checkpoint(workspace.ledger, progress)
    return outcome


def _read_me(title: str, seed: int, proof: GivenProof | None) -> str:
    """Say what lies in the folder."""
    key = Path("workspaces", SHOWN, KEY).as_posix()
    parts = [
        _("{title}, seed {seed}: made by landrelease demo. All of it is invented.").format(title=title, seed=seed),
        _("{file}: the policies side by side. study/: what follows from the record of the last one.").format(
            file="outcomes.csv"
        ),
        _(
            "That record is signed. The key in {key} was made for this run, and its passphrase is no secret:\n\n"
            "    {passphrase}"
        ).format(key=key, passphrase=DEMO_PASSPHRASE),
    ]
    if proof and proof.entry.kind == "release.decision":
        parts.append(_("{file}: the certificate of the land that it released, in {count} languages.").format(
            file="study/certificate-*.pdf", count=len(CERTIFICATE_LANGUAGES)
        ))  # fmt: skip
    if proof:
        parts.append(_(
            "{file} proves one statement of it. To check it, without a network, in the folder study, with Python 3.11 "
            "and its package cryptography:\n\n    {command}"
        ).format(file=f"study/{proof.file.name}", command=proof.short_command))  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _prepare(out: Path) -> None:
    """Make the folder, or empty that of an earlier demo; never touch anything else."""
    if out.exists() and any(out.iterdir()) and not (out / MARKER).exists():
        raise fail(ErrorCode.DEMO_FOLDER_TAKEN, path=out)
    for folder in ("workspaces", "study"):
        shutil.rmtree(out / folder, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).touch()
