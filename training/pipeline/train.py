"""Makes the challenger: the same folder as `publish` makes, from the prepared rows."""

from __future__ import annotations

from sklearn.metrics import accuracy_score, roc_auc_score

from training import applications
from training.catalogue import GENERATED, RELEASES, Recipe
from training.models import loan_approval
from training.models.fitted import Fitted
from training.models.loan_applications import COLUMNS
from training.pipeline.prepare import WEIGHT
from training.pipeline.settings import MODEL, Settings
from training.pipeline.work import Work

# From as many recent rows on, they alone are what the model expects to see.
BASELINE_ROWS = 200


def train(work: Work, settings: Settings) -> None:
    work.begin("train")
    rows = applications.read(work.file("train.csv"))
    recent = applications.read(work.file("recent-train.csv"))
    unseen = applications.read(work.file("original-held-out.csv"))
    params = next(r.params for r in RELEASES if isinstance(r, Recipe) and r.name == MODEL)
    model = loan_approval.pipeline(
        rows[list(COLUMNS)],
        applications.approved(rows),
        params["regularisation"],
        rows[WEIGHT].astype(float).to_numpy(),
    )
    # Against the old rows too, the drift that was just learned would be reported for ever.
    expected = recent if len(recent) >= BASELINE_ROWS else rows
    fitted = Fitted(
        model, expected[list(COLUMNS)], unseen[list(COLUMNS)], applications.approved(unseen)
    )
    pulled = work.outcome("pull")
    origin = pulled["origin"]
    if len(recent):
        origin = f"{origin} and {len(recent)} recent predictions"
    approval = model.predict_proba(fitted.unseen)[:, 1]
    on = "_on_generated_data" if pulled["origin"] == GENERATED else "_on_original_data"
    metrics = {
        f"accuracy{on}": float(accuracy_score(fitted.truth, approval > 0.5)),
        f"roc_auc{on}": float(roc_auc_score(fitted.truth, approval)),
    }
    loan_approval.save(work.empty_folder("model"), fitted, origin, metrics)
    outcome = {"origin": origin, "baseline_rows": len(expected), "metrics": metrics}
    work.end("train", outcome)
    figures = ", ".join(f"{name} {value:.4f}" for name, value in metrics.items())
    print(f"train: {len(rows)} rows; {figures}; baseline of {len(expected)} rows")
