/**
 * What a run would take, without its rows: prompts are measured by the code that a run reads them with, a sample of them is
 * generated to learn what things cost, and the run is simulated with these costs. Nothing is written anywhere.
 */
package io.promptmill.jobs.estimate;
