package io.promptmill.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptmill.files.InvalidCheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The variables mean what they mean in constants.py of huggingface_hub 2.4. */
class HubSettingsTest {
    @TempDir
    private Path home;

    @Test
    void withoutVariablesItIsThePublicHubAndTheCacheInTheHome() throws Exception {
        HubSettings settings = HubSettings.of(Map.of("HOME", home.toString()));
        assertThat(settings.endpoint()).hasToString("https://huggingface.co");
        assertThat(settings.cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(settings.token()).isEmpty();
        assertThat(settings.isOffline()).isFalse();
        assertThat(settings.hasLinks()).isTrue();
        assertThat(settings.answerTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.readTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @CsvSource({
        "XDG_CACHE_HOME=/x, /x/huggingface/hub",
        "HF_HOME=/h, /h/hub",
        "HF_HOME=~/h, HOME/h/hub",
        "HF_HOME=$HOME/h, HOME/h/hub",
        "HF_HOME=${HOME}/$NOBODY, HOME/$NOBODY/hub",
        "HF_HOME=/h XDG_CACHE_HOME=/x, /h/hub",
        "HUGGINGFACE_HUB_CACHE=/old HF_HOME=/h, /old",
        "HF_HUB_CACHE=/c HUGGINGFACE_HUB_CACHE=/old, /c"
    })
    void theCacheIsWhereTheySay(String variables, String cache) throws Exception {
        assertThat(HubSettings.of(environment(variables)).cache()).hasToString(cache.replace("HOME", home.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "HF_HUB_OFFLINE=1, true",
        "HF_HUB_OFFLINE=yes, true",
        "HF_HUB_OFFLINE=True, true",
        "HF_HUB_OFFLINE=0, false",
        "HF_HUB_OFFLINE=0 TRANSFORMERS_OFFLINE=1, false",
        "TRANSFORMERS_OFFLINE=on, true"
    })
    void itIsOfflineWhereTheySaySo(String variables, boolean isOffline) throws Exception {
        assertThat(HubSettings.of(environment(variables)).isOffline()).isEqualTo(isOffline);
    }

    @Test
    void theTokenIsThatOfAVariableOrOfAFileAndNeverShown() throws Exception {
        Files.createDirectories(home.resolve("h"));
        Files.writeString(home.resolve("h/token"), "of-the-file\n");
        Files.writeString(home.resolve("other"), " of-another-file ");
        HubSettings ofFile = HubSettings.of(environment("HF_HOME=~/h"));
        assertThat(ofFile.token().orElseThrow().value()).isEqualTo("of-the-file");
        assertThat(ofFile.token().orElseThrow().source()).isEqualTo(home + "/h/token");
        assertThat(token("HF_HOME=~/h HF_TOKEN_PATH=~/other")).isEqualTo("of-another-file");
        assertThat(token("HF_HOME=~/h HUGGING_FACE_HUB_TOKEN=old")).isEqualTo("old");
        assertThat(token("HF_HOME=~/h HUGGING_FACE_HUB_TOKEN=old HF_TOKEN=new")).isEqualTo("new");
        assertThat(HubSettings.of(environment("HF_HOME=~/h HF_TOKEN=new HF_HUB_DISABLE_IMPLICIT_TOKEN=1"))
                        .token())
                .isEmpty();
        assertThat(ofFile.toString()).contains("Token of " + home).doesNotContain("of-the-file");
    }

    @ParameterizedTest
    @CsvSource({
        "HF_ENDPOINT, ftp://host, an address that begins with https:// or http://",
        "HF_ENDPOINT, huggingface.co, an address",
        "HF_ENDPOINT, https://me:s3cret@host, an address that begins with https:// or http://; without a password",
        "HF_HUB_ETAG_TIMEOUT, soon, a whole number of seconds is needed to ask the hub for a model; correct it",
        "HF_HUB_DOWNLOAD_TIMEOUT, 0, a whole number"
    })
    void whatIsNoValueIsRefused(String name, String value, String expected) {
        assertThatThrownBy(() -> HubSettings.of(environment(name + "=" + value)))
                .isInstanceOf(InvalidCheckpointException.class)
                .hasMessageStartingWith("hub_setting_invalid: the environment variable " + name + " is '")
                .hasMessageContaining(expected.replace(';', ','))
                .hasMessageNotContaining("s3cret");
    }

    private String token(String variables) throws Exception {
        return HubSettings.of(environment(variables)).token().orElseThrow().value();
    }

    private Map<String, String> environment(String variables) {
        Map<String, String> environment = new HashMap<>(Map.of("HOME", home.toString()));
        for (String variable : variables.split(" ", -1)) {
            int equals = variable.indexOf('=');
            environment.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return environment;
    }
}
