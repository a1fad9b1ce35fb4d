import { OAUTH_PROVIDERS, type OAuthProvider } from '../../lib/core/mail/oauth-providers';
import { USUAL_PORTS, type MailSecurity } from '../../lib/core/mail/usual-ports';
import { dialog } from '../editor/form/dialog';
import { t } from '../editor/texts';
import { settings } from './ups-mail-account.settings';

/** Examples for a provider that is not in the list. */
const EXAMPLES = { host: 'mail.example.org', tokenUrl: 'https://id.example.org/token', scope: '' };

export default dialog(settings, {
    label: ({ host, from }) => (host ? `${String(from)} @ ${String(host)}` : ''),
    prepare(form) {
        // A usual port changes with the security; a port that the user has entered stays.
        form.input('security').on('change', () => {
            const port = form.input('port');
            if (!Object.values(USUAL_PORTS).includes(Number(port.val()))) return;
            port.val(USUAL_PORTS[form.value('security') as MailSecurity]).trigger('change');
        });
    },
    refresh(form) {
        const { login, provider, security } = form.settings();
        const oauth = login === 'oauth2';
        const chosen = provider === 'other' ? EXAMPLES : OAUTH_PROVIDERS[provider as OAuthProvider];
        form.row('tls').toggle(security !== 'none');
        form.row('user').find('.ridethrough-tip').toggle(oauth);
        form.input('host').attr('placeholder', oauth ? chosen.host : EXAMPLES.host);
        form.input('tokenUrl').attr('placeholder', chosen.tokenUrl);
        form.input('scope').attr('placeholder', chosen.scope);
    },
    tryNow() {
        const to = { name: 'to', label: t('try.to'), placeholder: t('try.mailPlaceholder') };
        return { actions: [{ label: 'try.send', fields: [to] }] };
    },
});
