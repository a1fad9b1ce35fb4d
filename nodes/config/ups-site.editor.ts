import { armedChoice, armedWord } from '../editor/armed';
import { dialog } from '../editor/form/dialog';
import { languageChoice } from '../editor/language-choice';
import { settings } from './ups-site.settings';

export default dialog(settings, {
    remark: ({ dryRun }) => armedWord(dryRun),
    boxes: {
        dryRun: ({ node }, selector) => armedChoice(selector, node.dryRun),
        language: (form, selector) =>
            languageChoice(selector, form.node.language, form.text('option.language.process')),
    },
});
