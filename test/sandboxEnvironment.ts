import { credentials } from '../sandbox/credentials.ts'

/** The environment of a process of ours whose providers are the sandbox; `own` is the rest of it. */
export function sandboxEnvironment(sandboxUrl: string, own: Record<string, string>): Record<string, string> {
  const { resend, twilio, truelayer, xero } = credentials
  return {
    ...own,
    EMAIL_FROM: `Embark <hello@${resend.domain}>`,
    RESEND_API_KEY: resend.apiKey,
    RESEND_BASE_URL: `${sandboxUrl}/resend`,
    RESEND_WEBHOOK_SECRET: resend.webhookSecret,
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: twilio.from,
    TWILIO_BASE_URL: `${sandboxUrl}/twilio`,
    TRUELAYER_CLIENT_ID: truelayer.clientId,
    TRUELAYER_CLIENT_SECRET: truelayer.clientSecret,
    TRUELAYER_AUTH_URL: `${sandboxUrl}/truelayer/auth`,
    TRUELAYER_API_URL: `${sandboxUrl}/truelayer/api`,
    TRUELAYER_HOSTED_ORIGIN: sandboxUrl,
    TRUELAYER_LEGAL_NAME: 'TrueLayer Limited',
    TRUELAYER_FRN: '901096',
    XERO_CLIENT_ID: xero.clientId,
    XERO_CLIENT_SECRET: xero.clientSecret,
    XERO_LOGIN_URL: `${sandboxUrl}/xero/login`,
    XERO_IDENTITY_URL: `${sandboxUrl}/xero/identity`,
    XERO_API_URL: `${sandboxUrl}/xero/api`,
    MAIL_PER_SECOND: '500',
    SMS_PER_SECOND: '500',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'error',
  }
}
