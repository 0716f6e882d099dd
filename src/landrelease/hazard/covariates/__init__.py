"""Covariates: what is known of every cell beside the looks, made from open layers and from earlier events."""

from landrelease.hazard.covariates.design import Covariates, joined
from landrelease.hazard.covariates.layers import Places, covariates_from_layers
from landrelease.hazard.covariates.past import PastEvents

__all__ = ["Covariates", "PastEvents", "Places", "covariates_from_layers", "joined"]
