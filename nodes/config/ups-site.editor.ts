import { dryRunChoice, dryRunText } from '../editor/dry-run-state';
import { dialog } from '../editor/form/dialog';
import { languageChoice } from '../editor/language-choice';
import { settings } from './ups-site.settings';

export default dialog(settings, {
    remark: ({ dryRun }) => dryRunText(dryRun),
    boxes: {
        dryRun: ({ node }, selector) => dryRunChoice(selector, node.dryRun),
        language: (form, selector) =>
            languageChoice(selector, form.node.language, form.text('option.language.process')),
    },
});
