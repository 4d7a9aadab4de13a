/**
 * What all commands share: how an option is described, the console's detail, the version. A command describes its
 * options here and gets their values as text.
 */
package io.promptmill.jobs.command;
