"""Writes the sample data sets of this folder.

    python make_samples.py [--check]

Needs numpy and scikit-learn (written with numpy 2.4.6 and scikit-learn 1.9.1). Same versions, same bytes. The real data
sets are those that the scikit-learn package carries; the others are drawn from the rules below with a fixed seed.
`--check` prints what honest models reach on the generated files instead of writing them.
"""

import csv
import datetime
import math
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent


def write(name, header, rows):
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def number(x, digits):
    """Shortest text of x rounded to `digits` decimals, without a trailing .0 when digits is 0."""
    return str(int(round(x))) if digits == 0 else repr(round(float(x), digits))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# Real data ------------------------------------------------------------------------------------------------------------

def real():
    from sklearn import datasets

    iris = datasets.load_iris()
    header = ["sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm", "species"]
    write("iris.csv", header, [[*map(repr, map(float, x)), str(iris.target_names[y])] for x, y in zip(iris.data, iris.target)])

    wine = datasets.load_wine()
    units = {
        "alcohol": "alcohol_percent", "malic_acid": "malic_acid_g_per_l", "ash": "ash_g_per_l",
        "alcalinity_of_ash": "ash_alcalinity_meq_per_l", "magnesium": "magnesium_mg_per_l",
        "total_phenols": "total_phenols_g_per_l", "flavanoids": "flavanoids_g_per_l",
        "nonflavanoid_phenols": "nonflavanoid_phenols_g_per_l", "proanthocyanins": "proanthocyanins_g_per_l",
        "color_intensity": "color_intensity", "hue": "hue",
        "od280/od315_of_diluted_wines": "od280_od315_ratio", "proline": "proline_mg_per_l",
    }
    cultivars = ["Barolo", "Grignolino", "Barbera"]
    write("wine.csv", [units[name] for name in wine.feature_names] + ["cultivar"],
          [[*map(repr, map(float, x)), cultivars[y]] for x, y in zip(wine.data, wine.target)])

    cancer = datasets.load_breast_cancer()
    header = []
    for name in cancer.feature_names:
        kind, _, rest = str(name).partition(" ")
        header.append(f"{rest}_{kind}".replace(" ", "_") if kind in ("mean", "worst") else f"{name}".replace(" ", "_"))
    # `radius error` is the standard error over the cell nuclei of one image.
    header = [name.replace("_error", "_se") for name in header]
    write("breast_cancer.csv", header + ["diagnosis"],
          [[*map(repr, map(float, x)), str(cancer.target_names[y])] for x, y in zip(cancer.data, cancer.target)])

    diabetes = datasets.load_diabetes(scaled=False)
    header = ["age_years", "sex", "bmi_kg_per_m2", "blood_pressure_mmhg", "total_cholesterol_mg_per_dl", "ldl_mg_per_dl",
              "hdl_mg_per_dl", "cholesterol_hdl_ratio", "log_triglycerides", "glucose_mg_per_dl", "progression"]
    write("diabetes.csv", header,
          [[number(x[0], 0), {1: "sex 1", 2: "sex 2"}[int(x[1])], *(repr(float(v)) for v in x[2:]), number(y, 0)]
           for x, y in zip(diabetes.data, diabetes.target)])

    digits = datasets.load_digits()
    header = [f"row{i}_column{j}" for i in range(8) for j in range(8)]
    write("digits.csv", header + ["digit"], [[*(int(v) for v in x), f"digit {y}"] for x, y in zip(digits.data, digits.target)])


# Customer churn -------------------------------------------------------------------------------------------------------

CHURN_HEADER = ["customer_id", "signup_date", "gender", "senior", "partner", "tenure", "contract", "internet_service",
                "payment_method", "paperless_billing", "monthly_charges", "total_charges", "support_calls", "data_gb",
                "late_payments", "currency", "retention_call_outcome", "churned"]


def churn(n, seed, month):
    """`month` 0 is the first file; 1 the month after: prices up, a new way to pay, more new customers on fibre."""
    rng = np.random.default_rng(seed)
    today = datetime.date(2024, 3 + month, 1)
    rows = []
    for i in range(n):
        senior = int(rng.random() < 0.16)
        gender = "female" if rng.random() < 0.495 else "male"
        partner = rng.random() < (0.52 if not senior else 0.4)
        p_month = 0.55 + 0.06 * month
        contract = rng.choice(3, p=[p_month, 0.21, 0.24 - 0.06 * month])
        scale = [20, 38, 55][contract] * (0.8 if month else 1.0)
        tenure = int(min(72, rng.exponential(scale) + [0, 6, 12][contract]))
        internet = rng.choice(3, p=[0.34 - 0.08 * month, 0.44 + 0.08 * month, 0.22])
        n_extras = rng.integers(0, 6) if internet < 2 else 0
        monthly = [45.0, 70.0, 20.0][internet] + 5.2 * n_extras + rng.normal(0, 2.4)
        monthly = max(18.25, monthly) * (1.12 if month else 1.0)
        method = rng.choice(4, p=[0.34, 0.23, 0.22, 0.21])
        paperless = rng.random() < [0.55, 0.72, 0.35][internet]
        calls = int(min(20, rng.gamma(0.9, 1.5 + 0.5 * (internet == 1))))
        data_gb = float(np.exp(rng.normal([3.2, 4.4, 0.3][internet], 0.9)))
        late = int(min(9, rng.poisson(0.35 + 0.5 * (method == 0))))
        logit = (
            -2.12
            + [0.95, -0.3, -1.05][contract]
            - 0.027 * min(tenure, 40)
            + [0.0, 0.4, -0.6][internet]
            + 0.12 * min(calls, 7)
            + 0.28 * late
            + (0.3 if method == 0 else 0.0)
            + (0.15 if paperless else 0.0)
            + 0.25 * senior
            - 0.2 * partner
            # What a straight line does not see.
            + (1.9 if tenure < 12 and monthly > 80 else 0.0)
            + (1.8 if contract == 0 and calls >= 3 else 0.0)
            - (1.8 if data_gb > 90 and tenure > 20 else 0.0)
            + (2.0 if internet == 0 and data_gb < 12 else 0.0)
        )
        left = rng.random() < sigmoid(logit + 0.2)
        signup = today - datetime.timedelta(days=int(tenure * 30.44) + int(rng.integers(0, 28)))
        # Called only after the notice to leave, or by routine: known too late to predict with.
        if left:
            outcome = rng.choice(["refused offer", "not reached", "not called"], p=[0.82, 0.16, 0.02])
        else:
            outcome = rng.choice(["not called", "accepted offer", "refused offer"], p=[0.9, 0.09, 0.01])
        rows.append({
            "customer_id": f"{rng.integers(1000, 9999)}-{''.join(chr(65 + k) for k in rng.integers(0, 26, 5))}",
            "signup_date": signup.strftime("%d.%m.%Y"),
            "gender": gender,
            "senior": str(senior),
            "partner": "yes" if partner else "no",
            "tenure": str(tenure),
            "contract": ["Month-to-month", "One year", "Two year"][contract],
            "internet_service": ["DSL", "Fiber optic", "No"][internet],
            "payment_method": ["Electronic check", "Mailed check", "Bank transfer", "Credit card"][method],
            "paperless_billing": "yes" if paperless else "no",
            "monthly_charges": number(monthly, 2),
            "total": monthly * max(tenure, 0.3) * rng.normal(1, 0.02),
            "support_calls": str(calls),
            "data_gb": number(data_gb, 1),
            "late_payments": str(late),
            "currency": "EUR",
            "retention_call_outcome": str(outcome),
            "churned": "yes" if left else "no",
        })
    # The mess that real exports have.
    for row in rows:
        row["total_charges"] = f"{row.pop('total'):,.2f}"
    for i in rng.choice(n, round(n * (0.01 if month == 0 else 0.04)), replace=False):
        rows[i]["monthly_charges"] = ""
    for i in rng.choice(n, 11, replace=False):
        rows[i]["total_charges"] = " "
    for i in rng.choice(n, round(n * 0.02), replace=False):
        text = rows[i]["payment_method"]
        rows[i]["payment_method"] = [text.lower(), text + " ", text.upper(), text.replace(" ", "  ")][rng.integers(0, 4)]
    if month:
        for i in rng.choice(n, round(n * 0.09), replace=False):
            rows[i]["payment_method"] = "Mobile wallet"
    else:
        for i in rng.choice(n, round(n * 0.004), replace=False):
            rows[i]["payment_method"] = ""
        for i, value in zip(rng.choice(n, 6, replace=False), ["inf", "9999", "9999", "9999", "4500", "inf"]):
            rows[i]["data_gb" if value == "inf" else "monthly_charges"] = value
        for i in sorted(rng.choice(n, 14, replace=False)):
            rows.append(dict(rows[i]))
    return [[row[name] for name in CHURN_HEADER] for row in rows]


# Loans ----------------------------------------------------------------------------------------------------------------

LOAN_HEADER = ["application_id", "age", "gender", "income", "employment", "years_employed", "housing", "purpose",
               "loan_amount", "term_months", "existing_debt", "late_payments_2y", "credit_history_years", "district",
               "repaid", "approved"]


def loan(n, seed, month):
    """`approved` is what clerks decided: harder on women and on people under 25 of equal means. `repaid` is what would
    have come of the loan: it depends on means and history only."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        age = int(np.clip(rng.gamma(6.5, 6.2) + (2 if month == 0 else -2), 18, 78))
        gender = "female" if rng.random() < 0.44 else "male"
        employment = rng.choice(4, p=[0.62, 0.16, 0.13, 0.09] if month == 0 else [0.5, 0.2, 0.13, 0.17])
        years = float(min(max(age - 18, 0), rng.exponential(6))) if employment < 2 else 0.0
        income = float(np.exp(rng.normal(10.25 + [0.12, 0.05, -0.35, -0.75][employment] + 0.006 * min(age, 55), 0.38)))
        income *= 0.92 if gender == "female" else 1.0
        housing = rng.choice(3, p=[0.5, 0.36, 0.14])
        purpose = rng.choice(5, p=[0.33, 0.24, 0.19, 0.14, 0.10])
        amount = float(np.clip(np.exp(rng.normal(9.1 + [0.3, -0.2, 0.25, -0.5, -0.1][purpose], 0.5)), 500, 60000))
        term = int(rng.choice([12, 24, 36, 48, 60, 72], p=[0.12, 0.22, 0.26, 0.18, 0.15, 0.07]))
        debt = float(income * rng.gamma(1.1, 0.16))
        late = int(min(12, rng.poisson(0.25 + 0.9 * (rng.random() < 0.18))))
        history = float(min(max(age - 18, 0), rng.gamma(2.2, 4.0)))
        # Districts differ in who lives there: a stand-in for age and gender.
        district = rng.choice(6, p=np.array([6, 5, 4, 3, 2 + 4 * (age < 27), 2 + 3 * (gender == "female")]) /
                              (22 + 4 * (age < 27) + 3 * (gender == "female")))
        burden = (amount / term * 12 + 0.3 * debt) / income
        means = (1.9 - 2.1 * burden - 0.62 * late + 0.05 * min(history, 15) + 0.05 * min(years, 10)
                 + [0.35, 0.1, -0.4, -0.9][employment] + [0.0, 0.35, -0.1][housing])
        repaid = rng.random() < sigmoid(1.05 * means)
        approved = rng.random() < sigmoid(1.9 * (means - 1.0 - (0.55 if gender == "female" else 0) - (0.8 if age < 25 else 0)))
        rows.append([
            f"L{200000 + 50000 * month + i}", str(age), gender, number(income, 0) if rng.random() > 0.015 else "",
            ["employed", "self-employed", "retired or student", "unemployed"][employment], number(years, 1),
            ["rent", "own", "family"][housing], ["car", "furniture", "renovation", "education", "travel"][purpose],
            number(round(amount / 50) * 50, 0), str(term), number(debt, 0), str(late), number(history, 1),
            ["Center", "North", "Hillside", "Harbor", "Campus", "Old Town"][district],
            "yes" if repaid else "no", "yes" if approved else "no",
        ])
    return rows


# Sensors --------------------------------------------------------------------------------------------------------------

SENSOR_HEADER = ["time", "machine", "shift", "load_percent", "speed_rpm", "ambient_c", "coolant_l_per_min", "vibration_mm_s",
                 "pressure_bar", "hours_since_service", "bearing_temp_c"]


def sensor(first_hour, n_hours, seed, month):
    """Hourly readings of four machines. Filters clog (coolant falls between services) and the pressure sensor drifts
    with time; in the month after a hot spell comes and one machine gets a new, stiffer bearing."""
    rng = np.random.default_rng(seed)
    start = datetime.datetime(2024, 1, 1)
    since = {m: float(rng.integers(0, 400)) for m in range(4)}
    vibration = {m: 2.0 for m in range(4)}
    rows = []
    for hour in range(first_hour, first_hour + n_hours):
        at = start + datetime.timedelta(hours=hour)
        day = hour / 24
        ambient = 12 + 0.11 * day + 5.5 * math.sin((hour % 24 - 9) / 24 * 2 * math.pi) + (7 if month else 0) + rng.normal(0, 0.8)
        for machine in range(4):
            since[machine] += 1
            if since[machine] > 500 + 90 * machine:
                since[machine] = 0.0
            shift = ["night", "early", "late"][0 if at.hour < 6 else 1 if at.hour < 14 else 2 if at.hour < 22 else 0]
            base = {"night": 42, "early": 74, "late": 66}[shift] - (18 if at.weekday() >= 5 else 0)
            load = float(np.clip(base + rng.normal(0, 9), 5, 100))
            speed = 900 + 11.5 * load + [0, 60, -45, 20][machine] + rng.normal(0, 25)
            coolant = 24 - 0.009 * since[machine] - 0.02 * day / 10 + rng.normal(0, 0.5)
            vibration[machine] = 0.7 * vibration[machine] + 0.3 * (1.2 + 0.0016 * since[machine] + 0.012 * load + rng.normal(0, 0.35))
            pressure = 5.2 + 0.012 * load + 0.004 * day + rng.normal(0, 0.08)
            temp = (
                21 + 0.62 * ambient + 0.19 * load + 0.0021 * load * load
                + 1.9 * vibration[machine] + 0.9 * max(0.0, 21.5 - coolant) ** 1.5
                + [0, 2.5, -1.5, 1.0][machine] + 0.012 * day
                + (4.5 if month and machine == 2 else 0)
                + rng.normal(0, 1.3)
            )
            rows.append([
                at.strftime("%Y-%m-%d %H:%M"), f"M{machine + 1}", shift, number(load, 1), number(speed, 0), number(ambient, 1),
                number(coolant, 2) if rng.random() > 0.012 else "", number(vibration[machine], 2), number(pressure, 2),
                number(since[machine], 0), number(temp, 1),
            ])
    return rows


GENERATED = {
    "churn": (CHURN_HEADER, lambda month: churn(7000 if month == 0 else 2500, 20240301 + month, month)),
    "loan": (LOAN_HEADER, lambda month: loan(6000 if month == 0 else 2000, 20240311 + month, month)),
    "sensor": (SENSOR_HEADER, lambda month: sensor(24 * 60 * month, 24 * (60 if month == 0 else 30), 20240321 + month, month)),
}


def check():
    """What honest models reach in five-fold cross-validation; sensor: trained on the first 80%, judged on the rest."""
    import pandas as pd
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.metrics import r2_score
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    target = {"churn": "churned", "loan": "approved", "sensor": "bearing_temp_c"}
    out = {"churn": ["customer_id", "signup_date", "retention_call_outcome", "currency"], "loan": ["application_id", "repaid"],
           "sensor": ["time"]}
    for name, (header, make) in GENERATED.items():
        frame = pd.DataFrame(make(0), columns=header).drop_duplicates()
        if name == "churn":
            frame["total_charges"] = frame["total_charges"].str.replace(",", "")
            frame["payment_method"] = frame["payment_method"].str.strip().str.lower().str.split().str.join(" ")
        for column in frame.columns:
            as_number = pd.to_numeric(frame[column], errors="coerce")
            if column not in out[name] and as_number.notna().mean() > 0.9:
                frame[column] = as_number.replace([np.inf, -np.inf], np.nan)
        x, y = frame.drop(columns=[target[name], *out[name]]), frame[target[name]]
        numbers = x.select_dtypes("number").columns
        words = x.columns.difference(numbers)
        ready = make_column_transformer((make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
                                        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), words))
        if name == "sensor":
            cut = int(len(x) * 0.8)
            a, b, ya, yb = x[:cut], x[cut:], y[:cut], y[cut:]
            for model in (LinearRegression(), HistGradientBoostingRegressor(random_state=0)):
                p = make_pipeline(ready, model).fit(a, ya).predict(b)
                print(name, type(model).__name__, "r2", round(r2_score(yb, p), 3))
        else:
            print(name, len(frame), "share of yes", round((y == "yes").mean(), 3))
            for model in (LogisticRegression(max_iter=2000), HistGradientBoostingClassifier(random_state=0, learning_rate=0.05)):
                figures = cross_val_score(make_pipeline(ready, model), x, y == "yes", scoring="roc_auc", cv=5)
                print(name, type(model).__name__, "roc_auc", figures.mean().round(3), "+-", figures.std(ddof=1).round(3))


if __name__ == "__main__":
    if "--check" in sys.argv:
        check()
    else:
        real()
        for name, (header, make) in GENERATED.items():
            write(f"{name}.csv", header, make(0))
            write(f"{name}_next_month.csv", header, make(1))
