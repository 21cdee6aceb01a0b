"""Invented loan applications, and whether each was approved: as they were, and as times change."""

from __future__ import annotations

import numpy as np
import pandas as pd

COLUMNS = {
    "gender": "string",
    "married": "string",
    "dependents": "string",
    "education": "string",
    "self_employed": "string",
    "applicant_income": "double",
    "coapplicant_income": "double",
    "loan_amount": "double",
    "loan_term": "long",
    "credit_history": "long",
    "property_area": "string",
}
CLASSES = ("rejected", "approved")
MONEY = ("applicant_income", "coapplicant_income", "loan_amount")

# What a drift of 1 would do: money inflates, which is seen in the inputs; a credit history counts
# for less and the country is refused loans, which is seen in the truth alone.
INFLATION = 2.0
HISTORY_FADES = 1.5
COUNTRY_SINKS = 7.0


def of_type(kind: str) -> list[str]:
    return [name for name, column in COLUMNS.items() if column == kind]


def generate(rows: int, seed: int, drift: float = 0.0) -> tuple[pd.DataFrame, np.ndarray]:
    """Invented applications, and 1 for each that was approved; without drift as they were."""
    random = np.random.default_rng(seed)
    married = random.choice(["No", "Yes"], rows, p=(0.35, 0.65))
    income = random.lognormal(8.35, 0.55, rows).round()
    partner = np.where(random.random(rows) < 0.45, 0, random.lognormal(7.6, 0.5, rows).round())
    amount = np.clip((0.024 * (income + partner) + random.normal(20, 35, rows)).round(), 9, 700)
    history = random.choice([0, 1], rows, p=(0.16, 0.84))
    area = random.choice(["Rural", "Semiurban", "Urban"], rows, p=(0.3, 0.38, 0.32))
    education = random.choice(["Graduate", "Not Graduate"], rows, p=(0.78, 0.22))
    applications = pd.DataFrame(
        {
            "gender": random.choice(["Female", "Male"], rows, p=(0.19, 0.81)),
            "married": married,
            "dependents": random.choice(["0", "1", "2", "3+"], rows, p=(0.58, 0.17, 0.17, 0.08)),
            "education": education,
            "self_employed": random.choice(["No", "Yes"], rows, p=(0.86, 0.14)),
            "applicant_income": income,
            "coapplicant_income": partner,
            "loan_amount": amount,
            "loan_term": random.choice([120, 180, 240, 300, 360, 480], rows),
            "credit_history": history,
            "property_area": area,
        }
    ).astype(dict.fromkeys(MONEY, float))
    # In the money of before: what a loan means does not change with the prices.
    score = (
        3.4 * max(0, 1 - HISTORY_FADES * drift) * (history - 0.75)
        + 0.5 * (married == "Yes")
        + 0.8 * (area == "Semiurban")
        + 0.4 * (education == "Graduate")
        - COUNTRY_SINKS * drift * (area == "Rural")
        - 9 * (amount / (income + partner) - 0.026)
        + random.logistic(0, 0.6, rows)
    )
    applications[list(MONEY)] = (applications[list(MONEY)] * (1 + INFLATION * drift)).round()
    return applications, (score > 0).astype(int)
