package io.promptmill.jobs.generate;

/** How an estimate is told. */
enum EstimateForm {
    /** Lines for the eye. */
    TABLE,
    /** One JSON object. */
    JSON
}
