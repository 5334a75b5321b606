import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler


def on(columns, transformer):
    """The transformer on these columns; the others pass."""
    return ColumnTransformer(
        [("columns", transformer, columns)], remainder="passthrough", verbose_feature_names_out=False
    ).set_output(transform="pandas")


def change(function):
    """A change of the data frame that learns nothing."""
    return FunctionTransformer(function)


def finite(x):
    """Infinite values count as missing."""
    return x.where(np.isfinite(x))


def truth(x, *operands):
    """1 and 0; missing where an operand is."""
    x = x.astype(float)
    for operand in operands:
        x = x.where(operand.notna())
    return x


def bins(x, edges):
    """The number of edges up to x."""
    return pd.Series(np.searchsorted(edges, x, side="right"), index=x.index).astype(float).where(x.notna())


def calendar(seconds):
    return pd.to_datetime(np.floor(seconds), unit="s")
