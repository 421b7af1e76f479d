-- The software that most clients of the practice use: new clients are added with it unless another is chosen. Null: none.
ALTER TABLE practice ADD COLUMN usual_software text;
GRANT UPDATE (usual_software) ON practice TO embark_api;
