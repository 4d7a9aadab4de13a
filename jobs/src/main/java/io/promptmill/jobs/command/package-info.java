/**
 * What all commands share: how options are described, read and explained, the conf file, console and log. A command has a
 * table of its options and gets a reader of their values, which refuses what is not of an option's kind.
 */
package io.promptmill.jobs.command;
