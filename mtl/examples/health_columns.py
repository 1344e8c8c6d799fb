"""The columns of the health example: our name → the survey file's."""

NUMERIC = {
    "age": "AgeInYearsAtScreening",
    "income_ratio": "RatioOfFamilyIncomeToPoverty",
    "height_cm": "StandingHeightCm",
    "weight_kg": "WeightKg",
    "bmi": "BodyMassIndexKgm2",
    "waist_cm": "WaistCircumferenceCm",
    "protein_g": "ProteinGm_DR1TOT",
    "carbohydrate_g": "CarbohydrateGm_DR1TOT",
    "sugar_g": "TotalSugarsGm_DR1TOT",
    "fat_g": "TotalFatGm_DR1TOT",
    "saturated_fat_g": "TotalSaturatedFattyAcidsGm_DR1TOT",
    "monounsaturated_fat_g": "TotalMonounsaturatedFattyAcidsGm_DR1TOT",
    "polyunsaturated_fat_g": "TotalPolyunsaturatedFattyAcidsGm_DR1TOT",
    "sleep_hours": "SleepHoursWeekdaysOrWorkdays",
}
"""Taken as they are. Grams are what was eaten on the day before the first interview."""

COUNTS = {
    "sedentary_minutes": "MinutesSedentaryActivity",
    "meals_out": "OfMealsNotHomePrepared",
    "ready_to_eat_foods": "OfReadytoeatFoodsInPast30Days",
    "frozen_meals": "OfFrozenMealspizzaInPast30Days",
}
"""Numbers with codes among them: minutes a day, meals a week, times in 30 days, times in 30 days."""

SKEWED = {
    "log_energy_kcal": "EnergyKcal_DR1TOT",
    "log_fiber_g": "DietaryFiberGm_DR1TOT",
    "log_cholesterol_mg": "CholesterolMg_DR1TOT",
    "log_alcohol_g": "AlcoholGm_DR1TOT",
}
"""Taken as log(1 + x)."""

CLOCK = {
    "bed_hour": "UsualSleepTimeOnWeekdaysOrWorkdays",
    "wake_hour": "UsualWakeTimeOnWeekdaysOrWorkdays",
}
"""Texts such as `b'23:00'`."""

FLAGS = {
    "health_insurance": "CoveredByHealthInsurance",
    "military_service": "ServedActiveDutyInUsArmedForces",
    "smoked_100_cigarettes": "SmokedAtLeast100CigarettesInLife",
    "smoked_last_5_days": "SmokedTobaccoLast5Days",
    "tobacco_last_5_days": "UsedAnyTobaccoProductLast5Days",
    "vigorous_work": "VigorousWorkActivity",
    "moderate_work": "ModerateWorkActivity",
    "walk_or_bicycle": "WalkOrBicycle",
    "vigorous_recreation": "VigorousRecreationalActivities",
    "moderate_recreation": "ModerateRecreationalActivities",
    "special_diet": "OnSpecialDiet",
    "ate_tuna": "TunaEatenDuringPast30Days",
    "heard_of_myplate": "HeardOfMyPlate",
    "tried_to_lose_weight": "TriedToLoseWeightInPastYear",
}
"""Coded 0 and 1; taken as no and yes."""

CATEGORIES = {
    "gender": "Gender",
    "ethnicity": "RacehispanicOriginWNhAsian",
    "education": "EducationLevelAdults20",
    "marital_status": "MaritalStatus",
    "household_size": "TotalNumberOfPeopleInTheHousehold",
    "young_children": "OfChildren5YearsOrYoungerInHh",
    "older_adults": "OfAdults60YearsOrOlderInHh",
    "milk": "Past30DayMilkProductConsumption",
    "table_salt": "HowOftenAddSaltToFoodAtTable",
    "snoring": "HowOftenDoYouSnore",
}

LOG_OUTCOMES = {
    "log_hba1c": "Glycohemoglobin",
    "log_hdl": "DirectHdlcholesterolMgdl",
    "log_lead": "BloodLeadUgdl",
    "log_cadmium": "BloodCadmiumUgl",
}
"""Taken as natural logarithms."""

CHOLESTEROL = "TotalCholesterolMgdl"
# The first reading runs high: it is taken while the person still settles.
SYSTOLIC = ["SystolicBloodPres2NdRdgMmHg", "SystolicBloodPres3RdRdgMmHg"]
DIABETES = "DoctorToldYouHaveDiabetes"
ARTHRITIS = "DoctorEverSaidYouHadArthritis"
GENERAL_HEALTH = "GeneralHealthCondition"
PHQ9 = [
    "HaveLittleInterestInDoingThings",
    "FeelingDownDepressedOrHopeless",
    "TroubleSleepingOrSleepingTooMuch",
    "FeelingTiredOrHavingLittleEnergy",
    "PoorAppetiteOrOvereating",
    "FeelingBadAboutYourself",
    "TroubleConcentratingOnThings",
    "MovingOrSpeakingSlowlyOrTooFast",
    "ThoughtYouWouldBeBetterOffDead",
]
"""The nine items of the depression questionnaire, 0 to 3 each."""
