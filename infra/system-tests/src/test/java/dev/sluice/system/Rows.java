package dev.sluice.system;

/** Rows that the demo models accept. */
final class Rows {
    static final String SETOSA =
            "{\"sepal_length\": 5.1, \"sepal_width\": 3.5, \"petal_length\": 1.4, \"petal_width\": 0.2}";
    static final String VIRGINICA =
            "{\"sepal_length\": 6.7, \"sepal_width\": 3.0, \"petal_length\": 5.2, \"petal_width\": 2.3}";
    static final String HOUSE = """
            {"median_income_in_block": 8.3252, "median_house_age_in_block": 41, "average_rooms": 6.98,
             "average_bedrooms": 1.02, "population_per_block": 322, "average_house_occupancy": 2.55,
             "block_latitude": 37.88, "block_longitude": -122.23}""";

    private Rows() {}
}
