package io.promptmill.jobs.lease;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

/**
 * The driver that holds a {@link Lease}: the content of its file.
 *
 * @param owner unique among all drivers
 * @param host name of its machine, for the eye
 * @param pid its process
 * @param started when that process started, ISO 8601; empty where that is not known
 * @param machine names the running system and its table of processes: of two processes with the same, each can see
 *     whether the other lives; empty where that is not known
 */
@JsonPropertyOrder({"owner", "host", "pid", "started", "machine"})
public record LeaseHolder(
        @JsonProperty("owner") String owner,
        @JsonProperty("host") String host,
        @JsonProperty("pid") long pid,
        @JsonProperty("started") String started,
        @JsonProperty("machine") String machine) {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path PROCESS_TABLE = Path.of("/proc/self/ns/pid");

    public LeaseHolder {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(started, "started");
        Objects.requireNonNull(machine, "machine");
    }

    /** A new holder in this process. */
    public static LeaseHolder here() {
        ProcessHandle process = ProcessHandle.current();
        return new LeaseHolder(
                UUID.randomUUID().toString(), hostName(), process.pid(), startOf(process), thisMachine());
    }

    /** Whether its process is known to have ended; false where it lives, and where nobody can tell. */
    boolean isDead() {
        boolean visible = !machine.isEmpty() && machine.equals(thisMachine()) && !started.isEmpty();
        return visible
                && ProcessHandle.of(pid)
                        .filter(process -> startOf(process).equals(started))
                        .isEmpty();
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Object::toString).orElse("");
    }

    private static String thisMachine() {
        try {
            return Files.readString(BOOT_ID).strip() + " " + Files.readSymbolicLink(PROCESS_TABLE);
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown host";
        }
    }
}
