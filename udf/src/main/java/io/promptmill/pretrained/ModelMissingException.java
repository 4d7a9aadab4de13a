package io.promptmill.pretrained;

import io.promptmill.UriKeys;
import java.io.FileNotFoundException;

/** No folder is by a model's name; says why and what to do. Immutable. */
public final class ModelMissingException extends FileNotFoundException {
    private static final long serialVersionUID = 1;

    private final String why;
    private final String remedy;

    ModelMissingException(ModelName model, String why, String remedy) {
        super(UriKeys.hide("The model " + model.shown() + " is not there: " + why + "; " + remedy));
        this.why = why;
        this.remedy = remedy;
    }

    /** Which folder is not there, as a part of a sentence. */
    public String why() {
        return why;
    }

    /** What can be done, as a part of a sentence. */
    public String remedy() {
        return remedy;
    }
}
