# One image for every process: `npm run api`, `npm run worker`, `npm run migrate`, `npm run sandbox`.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /embark
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY . .
RUN npm run build:bundle && npm run build:servers

# The staff app is built with what builds it, and comes without it.
FROM build AS web
RUN npm ci && npm run build:web

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /embark
COPY --from=build --chown=root:root /embark ./
COPY --from=web --chown=root:root /embark/dist/web ./dist/web
ENV WORKFLOW_BUNDLE=/embark/dist/workflow-bundle.js
ENV WEB_ROOT=/embark/dist/web
USER node
CMD ["npm", "run", "api"]
