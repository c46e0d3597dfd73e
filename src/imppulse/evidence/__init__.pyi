from .calibration.calibrated_design import (
    CalibratedDesign as CalibratedDesign,
)
from .calibration.calibrated_estimates import (
    calibrated_mean as calibrated_mean,
)
from .calibration.calibrated_estimates import (
    calibrated_ratio as calibrated_ratio,
)
from .calibration.calibrated_estimates import (
    calibrated_total as calibrated_total,
)
from .calibration.calibration import (
    Calibration as Calibration,
)
from .calibration.calibration import (
    MarginLevel as MarginLevel,
)
from .calibration.calibration import (
    calibrate_within as calibrate_within,
)
from .calibration.calibration import (
    greg as greg,
)
from .calibration.calibration import (
    post_stratify as post_stratify,
)
from .calibration.calibration import (
    rake as rake,
)
from .calibration.calibration_targets import (
    Population as Population,
)
from .calibration.trimming import (
    Trimming as Trimming,
)
from .calibration.trimming import (
    trim_weights as trim_weights,
)
from .diagnosis.diagnosis import (
    diagnose as diagnose,
)
from .diagnosis.diagnosis_plan import (
    DiagnosisPlan as DiagnosisPlan,
)
from .diagnosis.diagnosis_plan import (
    FactorMeasure as FactorMeasure,
)
from .diagnosis.diagnosis_plan import (
    Guess as Guess,
)
from .diagnosis.diagnosis_results import (
    Diagnosis as Diagnosis,
)
from .diagnosis.priorities import FactorPriorities as FactorPriorities
from .diagnosis.priorities import FactorPriority as FactorPriority
from .diagnosis.priorities import factor_priorities as factor_priorities
from .diagnosis.ranking import (
    Ranks as Ranks,
)
from .diagnosis.ranking import (
    joint_ranks as joint_ranks,
)
from .diagnosis.small_areas import (
    AreaEstimate as AreaEstimate,
)
from .diagnosis.small_areas import (
    SmallAreas as SmallAreas,
)
from .diagnosis.small_areas import (
    small_areas as small_areas,
)
from .disclosure.aggregates import (
    Aggregate as Aggregate,
)
from .disclosure.aggregates import (
    aggregate as aggregate,
)
from .disclosure.differencing import (
    DifferencingReport as DifferencingReport,
)
from .disclosure.differencing import (
    Leak as Leak,
)
from .disclosure.differencing import (
    differencing as differencing,
)
from .disclosure.disclosure import (
    PROJECT_THRESHOLD as PROJECT_THRESHOLD,
)
from .disclosure.disclosure import (
    PUBLISHED_THRESHOLD as PUBLISHED_THRESHOLD,
)
from .disclosure.disclosure import (
    audit as audit,
)
from .disclosure.disclosure import (
    suppress as suppress,
)
from .disclosure.disclosure import (
    suppress_alike as suppress_alike,
)
from .disclosure.disclosure import (
    with_margins as with_margins,
)
from .disclosure.microdata import (
    AnonymityReport as AnonymityReport,
)
from .disclosure.microdata import (
    SensitiveColumn as SensitiveColumn,
)
from .disclosure.microdata import (
    anonymity as anonymity,
)
from .disclosure.released import (
    ReleasedEstimates as ReleasedEstimates,
)
from .disclosure.released import (
    pool as pool,
)
from .effects.balance import (
    Attrition as Attrition,
)
from .effects.balance import (
    Balance as Balance,
)
from .effects.balance import (
    ItemBalance as ItemBalance,
)
from .effects.balance import (
    attrition as attrition,
)
from .effects.balance import (
    baseline_balance as baseline_balance,
)
from .effects.balance import (
    pre_trend as pre_trend,
)
from .effects.comparisons import (
    change as change,
)
from .effects.comparisons import (
    difference_in_differences as difference_in_differences,
)
from .effects.comparisons import (
    gap as gap,
)
from .effects.comparisons import (
    misperception as misperception,
)
from .effects.difference_regression import (
    RegressionEffect as RegressionEffect,
)
from .effects.difference_regression import (
    TwoByTwo as TwoByTwo,
)
from .effects.difference_regression import (
    regression_difference_in_differences as regression_difference_in_differences,
)
from .effects.effect_sizes import (
    EffectSize as EffectSize,
)
from .effects.effect_sizes import (
    clustered_hedges_g as clustered_hedges_g,
)
from .effects.effect_sizes import (
    hedges_correction as hedges_correction,
)
from .effects.effect_sizes import (
    hedges_g as hedges_g,
)
from .effects.effect_sizes import (
    odds_ratio as odds_ratio,
)
from .effects.effect_sizes import (
    risk_difference as risk_difference,
)
from .effects.effect_sizes import (
    risk_ratio as risk_ratio,
)
from .effects.equivalence import (
    Equivalence as Equivalence,
)
from .effects.equivalence import (
    equivalence as equivalence,
)
from .effects.few_clusters import (
    WildBootstrap as WildBootstrap,
)
from .effects.few_clusters import (
    WildDraws as WildDraws,
)
from .effects.few_clusters import (
    wild_cluster_bootstrap as wild_cluster_bootstrap,
)
from .effects.few_clusters import (
    wild_difference_in_differences as wild_difference_in_differences,
)
from .effects.interrupted_series import (
    InterruptedSeries as InterruptedSeries,
)
from .effects.interrupted_series import (
    interrupted_series as interrupted_series,
)
from .effects.multiplicity import (
    AdjustedPValues as AdjustedPValues,
)
from .effects.multiplicity import (
    adjust_p_values as adjust_p_values,
)
from .effects.panel import (
    panel_change as panel_change,
)
from .effects.panel import (
    panel_difference_in_differences as panel_difference_in_differences,
)
from .effects.randomisation import (
    ClusterAssignment as ClusterAssignment,
)
from .effects.randomisation import (
    RandomisationTest as RandomisationTest,
)
from .effects.randomisation import (
    randomisation_test as randomisation_test,
)
from .effects.sensitivity import (
    AreaShocks as AreaShocks,
)
from .effects.sensitivity import (
    sensitivity_to_area_shocks as sensitivity_to_area_shocks,
)
from .effects.series_fit import (
    SeriesEffect as SeriesEffect,
)
from .effects.staggered import (
    group_time_effects as group_time_effects,
)
from .effects.staggered_effects import (
    GroupTimeEffects as GroupTimeEffects,
)
from .effects.staggered_effects import (
    PreTrendTest as PreTrendTest,
)
from .effects.staggered_effects import (
    StaggeredEffect as StaggeredEffect,
)
from .effects.staggered_effects import (
    StaggeredSummary as StaggeredSummary,
)
from .effects.two_wave_rows import (
    TwoWaves as TwoWaves,
)
from .effects.two_waves import (
    TwoWaveEvaluation as TwoWaveEvaluation,
)
from .effects.two_waves import (
    evaluate_two_waves as evaluate_two_waves,
)
from .errors import (
    DesignError as DesignError,
)
from .errors import (
    DisclosureError as DisclosureError,
)
from .errors import (
    EstimationError as EstimationError,
)
from .errors import (
    EvidenceError as EvidenceError,
)
from .errors import (
    SynthesisError as SynthesisError,
)
from .findings.ceilings import (
    Ceiling as Ceiling,
)
from .findings.ceilings import (
    Remedy as Remedy,
)
from .findings.certainty import (
    Certainty as Certainty,
)
from .findings.certainty import (
    Doubt as Doubt,
)
from .findings.certainty import (
    Level as Level,
)
from .findings.certainty import (
    certainty as certainty,
)
from .findings.design_facts import (
    Assignment as Assignment,
)
from .findings.design_facts import (
    DesignFacts as DesignFacts,
)
from .findings.design_facts import (
    Inference as Inference,
)
from .findings.design_facts import (
    Unit as Unit,
)
from .findings.emmie import (
    Emmie as Emmie,
)
from .findings.emmie import (
    EmmieFacts as EmmieFacts,
)
from .findings.emmie import (
    emmie as emmie,
)
from .findings.findings import (
    Direction as Direction,
)
from .findings.findings import (
    Finding as Finding,
)
from .findings.findings import (
    find as find,
)
from .findings.maryland import (
    maryland_level as maryland_level,
)
from .findings.strength import (
    Design as Design,
)
from .findings.strength import (
    Obstacle as Obstacle,
)
from .findings.strength import (
    Strength as Strength,
)
from .planning.allocation import (
    Allocation as Allocation,
)
from .planning.allocation import (
    AllocationRule as AllocationRule,
)
from .planning.allocation import (
    ClusterPlan as ClusterPlan,
)
from .planning.allocation import (
    StratumToSample as StratumToSample,
)
from .planning.allocation import (
    allocate as allocate,
)
from .planning.allocation import (
    cluster_plan as cluster_plan,
)
from .planning.allocation import (
    largest_remainder as largest_remainder,
)
from .planning.detectable import (
    DetectableChange as DetectableChange,
)
from .planning.detectable import (
    smallest_detectable_change as smallest_detectable_change,
)
from .planning.detectable import (
    smallest_detectable_difference_in_differences as smallest_detectable_difference_in_differences,
)
from .planning.detection import (
    detection_power as detection_power,
)
from .planning.drawn_series import (
    PlannedSeries as PlannedSeries,
)
from .planning.planned_designs import (
    PlannedAnalysis as PlannedAnalysis,
)
from .planning.planned_designs import (
    PlannedComparison as PlannedComparison,
)
from .planning.planned_designs import (
    SteppedWedge as SteppedWedge,
)
from .planning.planned_sample import (
    PlannedSample as PlannedSample,
)
from .planning.planned_sample import (
    Precision as Precision,
)
from .planning.planned_sample import (
    precision as precision,
)
from .planning.planned_sample import (
    sd_of_share as sd_of_share,
)
from .planning.power import (
    DesignPower as DesignPower,
)
from .planning.power import (
    design_power as design_power,
)
from .planning.power import (
    smallest_detectable_effect as smallest_detectable_effect,
)
from .planning.rehearsal import (
    FindingChance as FindingChance,
)
from .planning.rehearsal import (
    Rehearsal as Rehearsal,
)
from .planning.rehearsal import (
    RehearsedVariant as RehearsedVariant,
)
from .planning.rehearsal import (
    Variant as Variant,
)
from .planning.rehearsal import (
    changed_plans as changed_plans,
)
from .planning.rehearsal import (
    rehearse as rehearse,
)
from .planning.rehearsal_plan import (
    Plausible as Plausible,
)
from .planning.rehearsal_plan import (
    RehearsalPlan as RehearsalPlan,
)
from .planning.simulated_power import (
    SimulatedPower as SimulatedPower,
)
from .planning.simulated_power import (
    simulated_power as simulated_power,
)
from .planning.simulated_power import (
    simulated_smallest_effect as simulated_smallest_effect,
)
from .planning.two_groups import (
    TwoGroupPower as TwoGroupPower,
)
from .planning.two_groups import (
    people_for_means as people_for_means,
)
from .planning.two_groups import (
    people_for_shares as people_for_shares,
)
from .planning.two_groups import (
    power_for_means as power_for_means,
)
from .planning.two_groups import (
    power_for_shares as power_for_shares,
)
from .provenance import (
    Provenance as Provenance,
)
from .regression.differential_items import (
    differential_item as differential_item,
)
from .regression.differential_items import (
    differential_items as differential_items,
)
from .regression.differential_results import (
    DifferentialItem as DifferentialItem,
)
from .regression.differential_results import (
    DifferentialItems as DifferentialItems,
)
from .regression.importance import (
    RelativeImportance as RelativeImportance,
)
from .regression.importance import (
    relative_importance as relative_importance,
)
from .regression.mantel import (
    ChiSquaredTest as ChiSquaredTest,
)
from .regression.mantel import (
    generalised_mantel as generalised_mantel,
)
from .regression.ordinal import (
    proportional_odds_regression as proportional_odds_regression,
)
from .regression.regression import (
    linear_regression as linear_regression,
)
from .regression.regression import (
    logistic_regression as logistic_regression,
)
from .regression.regression_results import (
    Regression as Regression,
)
from .regression.regression_results import (
    WaldTest as WaldTest,
)
from .regression.regression_results import (
    wald_test as wald_test,
)
from .replicates.replicate_estimates import (
    ReplicateEstimates as ReplicateEstimates,
)
from .replicates.replicate_estimates import (
    ReplicateStatistic as ReplicateStatistic,
)
from .replicates.replicate_estimates import (
    function_of_totals as function_of_totals,
)
from .replicates.replicate_estimates import (
    replicate_estimates as replicate_estimates,
)
from .replicates.replicates import (
    Replicates as Replicates,
)
from .replicates.replicates import (
    balanced_replicates as balanced_replicates,
)
from .replicates.replicates import (
    bootstrap as bootstrap,
)
from .replicates.replicates import (
    jackknife as jackknife,
)
from .replicates.supplied_replicates import (
    ReplicateColumns as ReplicateColumns,
)
from .replicates.supplied_replicates import (
    supplied_replicates as supplied_replicates,
)
from .results import (
    Contrast as Contrast,
)
from .results import (
    Estimate as Estimate,
)
from .results import (
    Estimates as Estimates,
)
from .results import (
    Result as Result,
)
from .scales.equality_tests import (
    EqualityTest as EqualityTest,
)
from .scales.equality_tests import (
    EqualityTests as EqualityTests,
)
from .scales.equality_tests import (
    equality_tests as equality_tests,
)
from .scales.factor_analysis import (
    factor_analysis as factor_analysis,
)
from .scales.factor_layout import (
    Equality as Equality,
)
from .scales.factor_results import (
    FactorAnalysis as FactorAnalysis,
)
from .scales.factor_results import (
    FactorParameter as FactorParameter,
)
from .scales.fit_indices import (
    FitIndices as FitIndices,
)
from .scales.invariance import (
    Comparability as Comparability,
)
from .scales.invariance import (
    MeasurementInvariance as MeasurementInvariance,
)
from .scales.invariance import (
    measurement_invariance as measurement_invariance,
)
from .scales.invariance_steps import (
    InvarianceStep as InvarianceStep,
)
from .scales.item_analysis import (
    ItemAnalysis as ItemAnalysis,
)
from .scales.reliability import (
    Reliability as Reliability,
)
from .scales.reliability import (
    reliability as reliability,
)
from .scales.scales import (
    Index as Index,
)
from .scales.scales import (
    IndexItem as IndexItem,
)
from .scales.scales import (
    add_indices as add_indices,
)
from .survey.contrasts import (
    contrast as contrast,
)
from .survey.design import (
    SampleDesign as SampleDesign,
)
from .survey.estimates import (
    difference as difference,
)
from .survey.estimates import (
    estimate as estimate,
)
from .survey.estimates import (
    mean as mean,
)
from .survey.estimates import (
    proportion as proportion,
)
from .survey.estimates import (
    ratio as ratio,
)
from .survey.estimates import (
    total as total,
)
from .survey.independence import (
    Independence as Independence,
)
from .survey.independence import (
    independence as independence,
)
from .survey.quantiles import (
    Quantiles as Quantiles,
)
from .survey.quantiles import (
    quantile as quantile,
)
from .survey.totals import (
    Totals as Totals,
)
from .survey.totals import (
    totals as totals,
)
from .synthesis.conversions import (
    EffectSizes as EffectSizes,
)
from .synthesis.conversions import (
    convert as convert,
)
from .synthesis.conversions import (
    correlations as correlations,
)
from .synthesis.influence import (
    Influence as Influence,
)
from .synthesis.influence import (
    LeftOut as LeftOut,
)
from .synthesis.influence import (
    influence as influence,
)
from .synthesis.meta_regression import (
    Coefficient as Coefficient,
)
from .synthesis.meta_regression import (
    MetaRegression as MetaRegression,
)
from .synthesis.meta_regression import (
    meta_regression as meta_regression,
)
from .synthesis.multilevel import (
    MultilevelSynthesis as MultilevelSynthesis,
)
from .synthesis.multilevel import (
    multilevel as multilevel,
)
from .synthesis.sign_permutation import (
    SignPermutation as SignPermutation,
)
from .synthesis.sign_permutation import (
    permutation_test as permutation_test,
)
from .synthesis.small_studies import (
    RankTest as RankTest,
)
from .synthesis.small_studies import (
    RegressionTest as RegressionTest,
)
from .synthesis.small_studies import (
    egger_test as egger_test,
)
from .synthesis.small_studies import (
    rank_test as rank_test,
)
from .synthesis.subgroups import (
    Subgroup as Subgroup,
)
from .synthesis.subgroups import (
    Subgroups as Subgroups,
)
from .synthesis.subgroups import (
    subgroups as subgroups,
)
from .synthesis.synthesis import (
    PooledEffect as PooledEffect,
)
from .synthesis.synthesis import (
    TooFewStudies as TooFewStudies,
)
from .synthesis.synthesis import (
    synthesise as synthesise,
)
