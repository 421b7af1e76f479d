/**
 * The credentials that every new sandbox accepts, so that it works without setup; those of ledgers
 * with a book are in `ledgers/books.ts`. None of them opens anything real.
 */
export const credentials = {
  resend: {
    apiKey: 're_sandbox_key',
    sendingKey: 're_sandbox_sending_key', // permission `sending_access`: refused by every operation except sending mail
    domain: 'mail.embark.example',
    ownerAddress: 'owner@embark.example', // the only recipient of onboarding@resend.dev
    webhookSecret: 'whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC0wMDAx',
  },
  twilio: {
    accountSid: 'ACa3d4f6b8c0e2143a5b7c9d1e2f304152',
    authToken: 'sandbox_auth_token',
    from: 'Embark',
    messagingServiceSid: 'MG0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    testAccountSid: 'AC1b2c3d4e5f60718293a4b5c6d7e8f901', // sends nothing and makes no callback
    testAuthToken: 'sandbox_test_auth_token',
  },
  truelayer: { clientId: 'sandbox-embark', clientSecret: 'sandbox_truelayer_secret' },
  plaid: { clientId: '60f1c8a52b7d9e3400000001', secret: 'sandbox_plaid_secret' },
  xero: { clientId: 'SANDBOXXEROCLIENT', clientSecret: 'sandbox_xero_secret', demoUser: 'demo@harbour.example' },
  companiesHouse: { apiKey: 'sandbox_companies_house_key' },
} as const
