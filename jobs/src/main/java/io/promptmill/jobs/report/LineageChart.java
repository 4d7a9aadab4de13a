package io.promptmill.jobs.report;

import io.promptmill.jobs.drawing.FlowChart;
import io.promptmill.jobs.drawing.FlowChart.Box;
import io.promptmill.jobs.drawing.FlowChart.Row;
import io.promptmill.jobs.tracking.Artifact;
import io.promptmill.jobs.tracking.ArtifactKind;
import io.promptmill.jobs.tracking.Lineage;
import io.promptmill.jobs.tracking.LineageJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The jobs that made a model and what stands between them, drawn. Stateless. */
public final class LineageChart {
    /** Digits of a digest that people compare. */
    private static final int DIGITS = 12;

    private LineageChart() {}

    /** From files of posts to the model and what it is for; what does not exist is left out. */
    public static FlowChart of(Lineage lineage) {
        List<Row> rows = new ArrayList<>();
        if (lineage.artifact(ArtifactKind.RAW).isPresent()) {
            rows.add(new Row(List.of(new Box("Posts", List.of("files that were given"))), LineageJob.READ.toString()));
            rows.add(row(lineage, LineageJob.PREPARE));
        }
        if (lineage.artifact(ArtifactKind.PREPARED).isPresent()) {
            rows.add(row(lineage, LineageJob.FINETUNE));
        }
        lineage.artifact(ArtifactKind.FINE_TUNED)
                .ifPresent(model -> rows.add(new Row(List.of(box(model)), "generate")));
        rows.add(new Row(List.of(new Box("New texts", List.of("“My dream is …”"))), ""));
        return new FlowChart("How the model was made", rows);
    }

    private static Row row(Lineage lineage, LineageJob job) {
        List<Box> boxes = job.inputs().stream()
                .map(lineage::artifact)
                .flatMap(Optional::stream)
                .map(LineageChart::box)
                .toList();
        return new Row(boxes, job.toString());
    }

    private static Box box(Artifact artifact) {
        return new Box(title(artifact), List.of(artifact.label(), shortened(artifact.digest())));
    }

    private static String title(Artifact artifact) {
        return switch (artifact.kind()) {
            case RAW -> "Raw posts";
            case PREPARED -> "Prepared texts";
            case PRETRAINED -> "Pretrained model";
            case FINE_TUNED -> "Fine-tuned model";
        };
    }

    private static String shortened(String digest) {
        return digest.substring(0, Math.min(digest.length(), DIGITS));
    }
}
