package io.promptmill.hub;

import io.promptmill.Problem;
import io.promptmill.files.InvalidCheckpointException;
import java.io.IOException;
import java.util.List;

/**
 * Why a model of the hub cannot be had. No message holds the token, or an address that the hub led to. Immutable.
 *
 * @param settings where it was looked for
 * @param name what was asked for
 */
record HubRefusals(HubSettings settings, HubName name) {
    private static final String HIDDEN = "***";

    /** The refusal that an answer means which is no success. */
    InvalidCheckpointException of(HubResponse response) {
        String code = response.header("X-Error-Code").orElse("");
        String said = response.header("X-Error-Message").orElse("");
        if (code.equals("RevisionNotFound")) {
            return refusal(
                    "hub_revision_missing",
                    hub() + " has the model " + name.repository() + " and no revision " + name.revisionOrMain(),
                    "a revision is a branch, a tag or a commit",
                    "name one that is there, or leave it out for the main branch");
        }
        if (code.equals("GatedRepo")) {
            return refusal(
                    "hub_gated",
                    hub() + " gives the model " + name.repository() + " only to those whom its owner lets have it",
                    authorization("%s has no access to it", "no token was sent"),
                    "ask for access on its page " + page() + ", and set HF_TOKEN to a token of yours from " + tokens());
        }
        if (said.equals("Invalid credentials in Authorization header")) {
            return refusal(
                    "hub_token_refused",
                    hub() + " does not know the token"
                            + settings.token()
                                    .map(token -> " of " + token.source())
                                    .orElse(""),
                    "a token that is no longer valid gives no access, not even to public models",
                    "set HF_TOKEN to one from " + tokens() + ", or leave it out for a public model");
        }
        return switch (response.status()) {
            case 401, 404 -> refusal(
                    "hub_model_missing",
                    "there is no model " + name.repository() + " on " + hub() + ", and no folder of that name",
                    authorization(
                            "or it is private and %s has no access to it", "or it is private and no token was sent"),
                    "correct the name or the path; for a private model set HF_TOKEN to a token of yours from "
                            + tokens());
            case 403 -> refusal(
                    "hub_forbidden",
                    hub() + " does not give the model " + name,
                    told(said, "access to it is forbidden"),
                    "see its page " + page() + ", or give HF_TOKEN the rights that it needs");
            case 429 -> rateLimited(0);
            default -> refusal(
                    "hub_failed",
                    hub() + " answered with the status " + response.status() + " when it was asked for the model "
                            + name,
                    told(said, "it may be in trouble, or be no hub"),
                    "try again later, or check HF_ENDPOINT");
        };
    }

    /** Too many requests have come from here. */
    InvalidCheckpointException rateLimited(long seconds) {
        return refusal(
                "hub_rate_limited",
                hub() + " takes no more requests for now, and the model " + name + " is not all here yet",
                "too many have come from this address or with this token"
                        + (seconds > 0 ? ", and it wants " + seconds + " seconds without any" : ""),
                "run again later, where it goes on, or set HF_TOKEN, which has a limit of its own");
    }

    /** No answer, or only a part of one. */
    InvalidCheckpointException unreachable(IOException cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getClass().getSimpleName() + (root.getMessage() == null ? "" : ": " + root.getMessage());
        return refusal(
                "hub_unreachable",
                "the model " + name + " cannot be fetched from " + hub() + ", and there is no folder of that name",
                InvalidCheckpointException.oneLine(message),
                "correct the path where a folder was meant; else check the network, -Dhttps.proxyHost and"
                        + " -Djavax.net.ssl.trustStore of the driver's JVM, or fetch it elsewhere into the cache: hf download "
                        + command());
    }

    /** Nothing may be asked. */
    InvalidCheckpointException offline(List<String> missing) {
        return refusal(
                "hub_offline",
                "the model " + name + " is not in the cache " + settings.cache()
                        + (missing.isEmpty() ? "" : " with its " + InvalidCheckpointException.listed(missing))
                        + ", and there is no folder of that name",
                "HF_HUB_OFFLINE forbids to ask " + hub(),
                "correct the name or the path, fetch it into the cache where there is a network (hf download "
                        + command() + "), or unset HF_HUB_OFFLINE");
    }

    /** Somebody answers who is no hub. */
    InvalidCheckpointException noHub(String what) {
        return refusal(
                "hub_answer_invalid",
                "what answers at " + hub() + " is no hub: " + InvalidCheckpointException.oneLine(what),
                "the files of " + name + " could not be trusted",
                "check HF_ENDPOINT, and proxies that put pages of their own in the place of answers");
    }

    /** A repository that holds something else. */
    InvalidCheckpointException noModel(Listing listing) {
        List<String> files = listing.files().stream().sorted().toList();
        return refusal(
                "hub_model_unsupported",
                "the repository " + name.at(listing.commit())
                        + " holds no weights with their config.json, and no adapter of PEFT",
                "it has "
                        + (files.isEmpty()
                                ? "no files"
                                : InvalidCheckpointException.oneLine(InvalidCheckpointException.listed(files))),
                "name the repository that has model.safetensors or pytorch_model.bin, whole or in shards");
    }

    /** A file that came twice and was another one each time. */
    InvalidCheckpointException damaged(RemoteFile file) {
        return refusal(
                "hub_file_damaged",
                "what came as " + file.name() + " of " + name + " is not what " + hub() + " says it is",
                "its digest is not " + file.digest() + ", and it was fetched twice",
                "run again, and check what stands between this machine and the hub");
    }

    /** Less room than the files need. */
    InvalidCheckpointException noRoom(long needed, long free) {
        return refusal(
                "hub_no_space",
                "the files of " + name + " that are not in the cache yet have " + needed + " bytes",
                "where " + settings.cache() + " lies, " + free + " are free",
                "make room, or set HF_HUB_CACHE to a folder on a larger disk");
    }

    /** A cache that cannot be written to. */
    InvalidCheckpointException cacheFailed(IOException cause) {
        return refusal(
                "hub_cache_unwritable",
                "the model " + name + " cannot be put into the cache " + settings.cache(),
                InvalidCheckpointException.oneLine(cause.getClass().getSimpleName() + ": " + cause.getMessage()),
                "check room and rights, or set HF_HUB_CACHE to a folder that can be written to");
    }

    private String hub() {
        return settings.endpoint().toString();
    }

    private String page() {
        return hub() + "/" + name.repository();
    }

    private String tokens() {
        return hub() + "/settings/tokens";
    }

    private String command() {
        return name.repository()
                + name.revision().map(text -> " --revision " + text).orElse("");
    }

    private String authorization(String withToken, String without) {
        return settings.token()
                .map(token -> withToken.formatted("the token of " + token.source()))
                .orElse(without);
    }

    private static String told(String said, String otherwise) {
        return said.isEmpty() ? otherwise : "it says " + InvalidCheckpointException.quote(said);
    }

    private InvalidCheckpointException refusal(String code, String what, String why, String remedy) {
        return new InvalidCheckpointException(new Problem(code, hide(what), hide(why), hide(remedy)));
    }

    /** A server may repeat what it was sent. */
    private String hide(String text) {
        return settings.token()
                .map(token -> text.replace(token.value(), HIDDEN))
                .orElse(text);
    }
}
