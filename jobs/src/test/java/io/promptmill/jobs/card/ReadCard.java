package io.promptmill.jobs.card;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.CustomNode;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.TextContentRenderer;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What readers find in a card.
 *
 * @param header by readers of YAML 1.1 and of YAML 1.2, which have to agree
 * @param headings their texts
 * @param text of the body, without markup
 * @param targets of links and images
 * @param code blocks of it
 * @param html what would be HTML
 * @param columns number of cells of each row of each table
 */
public record ReadCard(
        Map<String, Object> header,
        List<String> headings,
        String text,
        Set<String> targets,
        List<String> code,
        List<String> html,
        List<List<Integer>> columns) {
    static ReadCard of(CardFiles files) {
        return of(files.files().get("README.md"));
    }

    /** Reads the content of a {@code README.md}. */
    public static ReadCard of(byte[] content) {
        String readme = new String(content, StandardCharsets.UTF_8);
        String[] parts = readme.split("(?m)^---\n", 3);
        assertThat(parts).hasSize(3);
        assertThat(parts[0]).isEmpty();
        Node body = Parser.builder()
                .extensions(List.of(TablesExtension.create()))
                .build()
                .parse(parts[2]);
        Found found = new Found();
        body.accept(found);
        return new ReadCard(
                header(parts[1]), found.headings, textOf(body), found.targets, found.code, found.html, found.columns);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> header(String yaml) {
        Object newer = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        Object older = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        assertThat(newer).isEqualTo(older).isInstanceOf(Map.class);
        return (Map<String, Object>) newer;
    }

    private static String textOf(Node node) {
        return TextContentRenderer.builder()
                .extensions(List.of(TablesExtension.create()))
                .build()
                .render(node);
    }

    private static final class Found extends AbstractVisitor {
        private final List<String> headings = new ArrayList<>();
        private final Set<String> targets = new TreeSet<>();
        private final List<String> code = new ArrayList<>();
        private final List<String> html = new ArrayList<>();
        private final List<List<Integer>> columns = new ArrayList<>();

        @Override
        public void visit(Heading heading) {
            headings.add(textOf(heading));
            visitChildren(heading);
        }

        @Override
        public void visit(Link link) {
            targets.add(link.getDestination());
            visitChildren(link);
        }

        @Override
        public void visit(Image image) {
            targets.add(image.getDestination());
            visitChildren(image);
        }

        @Override
        public void visit(FencedCodeBlock block) {
            code.add(block.getLiteral().strip());
        }

        @Override
        public void visit(HtmlBlock block) {
            html.add(block.getLiteral());
        }

        @Override
        public void visit(HtmlInline inline) {
            html.add(inline.getLiteral());
        }

        @Override
        public void visit(CustomBlock table) {
            columns.add(new ArrayList<>());
            visitChildren(table);
        }

        @Override
        public void visit(CustomNode node) {
            List<Integer> rows = columns.get(columns.size() - 1);
            if (node instanceof TableRow) {
                rows.add(0);
            } else if (node instanceof TableCell) {
                rows.set(rows.size() - 1, rows.get(rows.size() - 1) + 1);
            }
            visitChildren(node);
        }
    }
}
